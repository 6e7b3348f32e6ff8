//! The engine inside a browser's dedicated worker: moves bytes between the page and [`Engine::answer`].
//!
//! A message is `[Uint8Array of postcard, ...blobs]`, in of `Message<Request>`, out of `Message<Event>`. Blobs (files among
//! them) hold the bytes that are empty in the message, in the order of its fields: so the page's thread never reads a
//! file, and several workers share a model's files. Between two requests the worker returns to its event loop, so that
//! `Stop` arrives in time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessageEvent};

use super::{
    Engine,
    inbox::Inbox,
    protocol::{Answer, Event, Message, Progress, Request, SegmentRequest, WhyRequest},
    serve::without_result,
    store,
};
use crate::{
    fungi::ViewSet,
    gallery::Hash,
    image::{MAX_BYTES, panicked},
    wire::scope,
};

thread_local! {
    /// The number of the request that is being served.
    static SERVING: Cell<u32> = const { Cell::new(0) };
}

/// Starts listening, and sends [`Event::Hello`].
pub fn run() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        // A panic ends this worker. Where a file set it off, the page hears which, and need not try it again. The error
        // is thrown here, since the trap that would follow looks like the fault of the page's next request.
        if let Some(error) = panicked() {
            say(SERVING.get(), Event::Answer(Answer::Refused(error.to_string())));
            wasm_bindgen::throw_str("the decoder gave up on a file, which was refused");
        }
    }));
    let inbox = Rc::new(RefCell::new(Inbox::default()));
    // None while it is serving requests.
    let engine = Rc::new(RefCell::new(Some(Engine::new())));
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let Some((message, blobs)) = parse(&message.data()) else {
            say(0, Event::Warning("The page and its worker are of different versions. Reload the page.".into()));
            return;
        };
        for Message { seq, body } in inbox.borrow_mut().push(message, blobs) {
            say(seq, Event::Answer(body));
        }
        if let Some(idle) = engine.take() {
            spawn_local(serve(Rc::clone(&inbox), idle, Rc::clone(&engine)));
        }
    });
    scope::global().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    say(0, Event::Hello);
}

/// Serves the waiting requests, then puts the engine back.
async fn serve(inbox: Rc<RefCell<Inbox<Vec<Blob>>>>, mut engine: Engine, idle: Rc<RefCell<Option<Engine>>>) {
    loop {
        let group = inbox.borrow_mut().pop(|views| engine.together(views));
        let Some((Message { body, .. }, _)) = group.first() else { break };
        match body {
            Request::Embed { views, .. } => embed(&mut engine, *views, group).await,
            request if store::is_mine(request) => {
                for (Message { seq, body }, blobs) in group {
                    SERVING.set(seq);
                    let mut report = |step| say(seq, Event::Progress(step));
                    let (answer, files) = store::serve(&engine, body, &blobs, &mut report).await;
                    let files: Vec<JsValue> = files.into_iter().map(JsValue::from).collect();
                    scope::send(seq, Event::Answer(answer), &files);
                }
            }
            _ => {
                for (Message { seq, body }, blobs) in group {
                    SERVING.set(seq);
                    let known =
                        matches!(&body, Request::Why(WhyRequest::Dissect { hash, .. }) if engine.is_dissected(hash));
                    let request = if known { Ok(body) } else { with_bytes(body, &blobs).await };
                    let answer = match request {
                        Ok(request) => engine.answer(request, &mut |step| say(seq, Event::Progress(step))).await,
                        Err(reason) => Answer::Refused(reason),
                    };
                    say(seq, Event::Answer(answer));
                }
            }
        }
        scope::breathe().await;
    }
    *idle.borrow_mut() = Some(engine);
}

/// Reads the images of a group one by one, then computes them together. The page hears which image is being read, in case
/// this worker does not survive it.
async fn embed(engine: &mut Engine, views: ViewSet, group: Vec<(Message<Request>, Vec<Blob>)>) {
    let mut ready = (Vec::new(), Vec::new());
    for (Message { seq, body }, blobs) in group {
        let Request::Embed { hash, .. } = body else { continue };
        SERVING.set(seq);
        say(seq, Event::Progress(Progress::Reading));
        let kept = hash.is_some_and(|hash: Hash| engine.has_cuts(&hash));
        let request = if kept { Ok(body) } else { with_bytes(body, &blobs).await };
        let prepared = match request {
            Ok(Request::Embed { bytes, .. }) => engine.prepare(views, hash, &bytes),
            Ok(_) => continue,
            Err(reason) => {
                say(seq, Event::Answer(Answer::Refused(reason)));
                continue;
            }
        };
        match prepared {
            Ok(Ok(image)) => {
                ready.0.push(seq);
                ready.1.push(image);
            }
            Ok(Err(hash)) => say(seq, Event::Answer(Answer::Known { hash })),
            Err(error) => say(seq, Event::Answer(without_result(&error))),
        }
    }
    let (numbers, images) = ready;
    let Some(&last) = numbers.last() else { return };
    say(last, Event::Progress(Progress::Computing));
    for (seq, answer) in numbers.into_iter().zip(engine.compute(views, images).await) {
        say(seq, Event::Answer(answer));
    }
}

/// The request with the bytes of the blobs that accompanied it, or a sentence if they can't be read.
async fn with_bytes(mut request: Request, blobs: &[Blob]) -> Result<Request, String> {
    let most = if matches!(request, Request::Start { .. }) { usize::MAX } else { MAX_BYTES };
    for (bytes, blob) in bytes_of(&mut request).into_iter().zip(blobs) {
        if blob.size() > most as f64 {
            let (found, most) = (blob.size() / 1e6, most / 1_000_000);
            return Err(format!("The file has {found:.0} MB; the limit is {most} MB."));
        }
        *bytes = store::blob::read(blob).await.map_err(|error| error.to_string())?;
    }
    Ok(request)
}

/// The bytes of a request that blobs can carry, in order.
fn bytes_of(request: &mut Request) -> Vec<&mut Vec<u8>> {
    match request {
        Request::Embed { bytes, .. }
        | Request::Segment(SegmentRequest::Open { bytes, .. } | SegmentRequest::ReadMask { bytes, .. })
        | Request::Why(WhyRequest::Dissect { bytes, .. }) => vec![bytes],
        Request::Start { files, .. } => files.contents(),
        _ => Vec::new(),
    }
}

fn parse(data: &JsValue) -> Option<(Message<Request>, Vec<Blob>)> {
    let (message, beside) = scope::parse(data)?;
    Some((message, beside.into_iter().filter_map(|blob| blob.dyn_into().ok()).collect()))
}

fn say(seq: u32, event: Event) {
    scope::send(seq, event, &[]);
}
