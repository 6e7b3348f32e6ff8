//! Answers requests for models.

use js_sys::Uint8Array;
use web_sys::Blob;

use super::StoreError;
use super::blob::joined;
use super::download::{copy, download, sha256};
use super::folder::Folder;
use super::header::recognised;
use super::kept;
use super::record::{Record, list, name_of, variant};
use crate::engine::{
    Backend, Engine, ModelFiles,
    load::{fetch_catalogue, fetch_model},
    memory::{Memory, Program, Room},
    protocol::{Answer, Listed, ModelRequest, Plan, Progress, Request},
};
use crate::vit::catalogue::{Catalogue, Checkpoint, HUB, Weights};
use crate::vit::{LoadOptions, ViTConfig};

/// Whether a request is for models.
pub(in crate::engine) fn is_mine(request: &Request) -> bool {
    matches!(request, Request::Fetch { .. } | Request::Models(_))
}

/// An answer with the files beside it, or a sentence.
type Served = Result<(Answer, Vec<Blob>), String>;

/// Answers a request for models; `blobs` came beside it.
pub(in crate::engine) async fn serve(
    engine: &Engine,
    request: Request,
    blobs: &[Blob],
    progress: &mut impl FnMut(Progress),
) -> (Answer, Vec<Blob>) {
    let served = match request {
        Request::Fetch { model, base, side } => {
            let found = files(&model, &base, side, None, progress).await;
            return found.unwrap_or_else(|reason| (Answer::Failed { reason, gpu: false }, Vec::new()));
        }
        Request::Models(ModelRequest::Download { name, base, side, plan }) => {
            files(&name, &base, side, Some(&plan), progress).await
        }
        Request::Models(ModelRequest::List { base }) => listed(&base).await,
        Request::Models(ModelRequest::Forget { names, base }) => {
            if let Some(folder) = Folder::open().await {
                for name in names {
                    kept::remove(&folder, &name).await;
                }
            }
            listed(&base).await
        }
        Request::Models(ModelRequest::Negatives) => negatives(engine).await,
        Request::Models(ModelRequest::Recognise { .. }) => match blobs.first() {
            Some(file) => recognised(file, &LoadOptions::default())
                .await
                .map(|config| (Answer::Recognised(Box::new(config)), Vec::new())),
            None => Err(StoreError::Unreadable.to_string()),
        },
        Request::Models(ModelRequest::Keep { file, options, base, plan, .. }) => match blobs.first() {
            Some(blob) => keep(&file, blob, &options, &base, &plan, progress).await,
            None => Err(StoreError::Unreadable.to_string()),
        },
        _ => Ok((Answer::Done, Vec::new())),
    };
    served.unwrap_or_else(|reason| (Answer::Refused(reason), Vec::new()))
}

async fn listed(base: &str) -> Served {
    let catalogue = fetch_catalogue(base).await.map_err(|error| error.sentence())?;
    Ok((Answer::Models(models(&catalogue, Folder::open().await.as_ref()).await), Vec::new()))
}

async fn models(catalogue: &Catalogue, folder: Option<&Folder>) -> Vec<Listed> {
    let kept = match folder {
        Some(folder) => kept::all(folder).await,
        None => Vec::new(),
    };
    list(catalogue, &kept)
}

/// A model's files: the weights, and negatives if there are any. `plan`: what they are for; without one, nothing is asked of
/// other servers.
async fn files(
    name: &str,
    base: &str,
    side: Option<usize>,
    plan: Option<&Plan>,
    progress: &mut impl FnMut(Progress),
) -> Served {
    let catalogue = fetch_catalogue(base).await.map_err(|error| error.sentence())?;
    let folder = Folder::open().await;
    let known = match &folder {
        Some(folder) => kept::recall(folder, name).await,
        None => None,
    };
    let record = match (catalogue.find(name), known) {
        (Some(checkpoint), known) => match &checkpoint.weights {
            // The latter tells where they are.
            Weights::File(_) | Weights::Elsewhere(_) => None,
            Weights::Hub(file) => {
                let address = file.address(HUB);
                let known = known.filter(|record| record.address == address);
                let record = known.unwrap_or_else(|| Record::new(checkpoint.clone(), address));
                Some(Record { checkpoint: checkpoint.clone(), ..record })
            }
        },
        (None, own) => own,
    };
    let checkpoint = record.as_ref().map(|record| &record.checkpoint).or(catalogue.find(name));
    if let (Some(plan), Some(checkpoint)) = (plan, checkpoint) {
        let image = side.unwrap_or(checkpoint.config.image);
        fits(&ViTConfig { image, ..checkpoint.config.clone() }, checkpoint.size(), plan)?;
    }
    let mut blobs = Vec::new();
    let mut files = match record {
        Some(record) => {
            let got = weights(folder.as_ref(), record, plan.is_some(), progress).await;
            let (file, record) = got.map_err(|error| error.to_string())?;
            blobs.push(file);
            described(&record)
        }
        None => {
            let mut files = fetch_model(&catalogue, name, base, progress).await.map_err(|error| error.sentence())?;
            for bytes in files.contents() {
                let bytes = Uint8Array::from(std::mem::take(bytes).as_slice());
                blobs.push(joined(&[bytes]).map_err(|error| error.to_string())?);
            }
            files
        }
    };
    if let Some(side) = side.filter(|side| files.options.image != Some(*side)) {
        files.options.image = Some(side);
        files.variant = format!("{side} px {}", files.variant).trim().to_owned();
        // They are of the side that the model was trained for.
        files.negatives = None;
        blobs.truncate(1);
    }
    if files.negatives.is_none()
        && let Some(folder) = &folder
        && let Some(file) = folder.file(&kept::negatives(&files.name, &files.variant, &files.sha256)).await
    {
        files.negatives = Some(Vec::new().into());
        blobs.push(file.into());
    }
    let catalogue = models(&catalogue, folder.as_ref()).await;
    Ok((Answer::Fetched { files: Box::new(files), catalogue }, blobs))
}

/// A sentence, if there is too little memory for a model of this shape with its weights in a file of so many bytes.
fn fits(config: &ViTConfig, bytes: u64, Plan { backend, settings }: &Plan) -> Result<(), String> {
    let room = Room::worker((*backend == Backend::Gpu).then_some(Room::WEBGPU));
    let memory = Memory::estimate(config, settings, bytes, Program::Worker, *backend);
    memory.fits(&room).map_err(|error| error.to_string())
}

/// The weights that `record` tells of: kept ones, if they are still the same, or those of its address.
async fn weights(
    folder: Option<&Folder>,
    mut record: Record,
    fresh: bool,
    progress: &mut impl FnMut(Progress),
) -> Result<(Blob, Record), StoreError> {
    let name = record.checkpoint.name.clone();
    if let (Some(folder), Some(expected)) = (folder, record.sha256.clone())
        && let Some(file) = folder.file(&kept::weights(&name)).await
    {
        progress(Progress::Verify);
        if sha256(&file).await? != expected {
            kept::remove(folder, &name).await;
            return Err(StoreError::Changed(name));
        }
        // What can't be written down is when it was last used: that is no reason not to use it.
        let _ = kept::remember(folder, &mut record).await;
        return Ok((file.into(), record));
    }
    if record.address.is_empty() || !fresh {
        return Err(StoreError::Absent(name));
    }
    download(folder, record, progress).await
}

/// A kept model, without the bytes of its weights.
fn described(record: &Record) -> ModelFiles {
    let mut files = ModelFiles::of_checkpoint(&record.checkpoint, Vec::new().into(), None);
    files.sha256 = record.sha256.clone().unwrap_or_default();
    if record.address.is_empty() {
        files.variant = variant(&record.checkpoint.config);
    }
    files
}

/// Keeps a person's file as a model. Where it can't be kept, it is used as it is.
async fn keep(
    file: &str,
    blob: &Blob,
    options: &LoadOptions,
    base: &str,
    plan: &Plan,
    progress: &mut impl FnMut(Progress),
) -> Served {
    let config = recognised(blob, options).await?;
    fits(&config, blob.size() as u64, plan)?;
    let catalogue = fetch_catalogue(base).await.map_err(|error| error.sentence())?;
    let folder = Folder::open().await;
    progress(Progress::Verify);
    let sha256 = sha256(blob).await.map_err(|error| error.to_string())?;
    let ViTConfig { dim, depth, image, patch, .. } = config;
    let checkpoint = Checkpoint {
        name: name_of(file, &sha256),
        weights: Weights::File(file.to_owned()),
        sha256: Some(sha256.clone()),
        bytes: Some(blob.size() as u64),
        negatives: None,
        description: format!("{file}: a ViT, {dim} wide, {depth} deep, patches of {patch} px, input of {image} px."),
        licence: String::new(),
        source: file.to_owned(),
        config,
    };
    let mut record = Record::new(checkpoint, String::new());
    (record.sha256, record.total) = (Some(sha256), blob.size() as u64);
    let kept = match &folder {
        Some(folder) => copy(folder, blob, &mut record, progress).await.map_err(|error| error.to_string()),
        None => Err("this browser keeps no files here, as in some private windows".into()),
    };
    let mut files = described(&record);
    let file = kept.unwrap_or_else(|reason| {
        files.source = format!("{file}; not kept for the next visit: {reason}");
        blob.clone()
    });
    let catalogue = models(&catalogue, folder.as_ref()).await;
    Ok((Answer::Fetched { files: Box::new(files), catalogue }, vec![file]))
}

/// The negatives of the loaded model, which are kept beside it.
async fn negatives(engine: &Engine) -> Served {
    let (info, bytes) = engine.saved_negatives().map_err(|error| error.sentence())?;
    let name = kept::negatives(&info.name, &info.variant, &info.sha256);
    let bytes = Uint8Array::from(bytes.as_slice());
    if let Some(folder) = Folder::open().await {
        // Without space they are computed again next time.
        let _ = folder.write(&name, &bytes.to_vec()).await;
    }
    let blob = joined(&[bytes]).map_err(|error| error.to_string())?;
    Ok((Answer::Negatives(Vec::new()), vec![blob]))
}
