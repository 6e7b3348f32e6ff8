//! The engine inside a browser's dedicated worker.
//!
//! A message in is `[Uint8Array of postcard(Request), File or undefined]`: the file beside a [`Request::Embed`] whose
//! bytes are empty is read here, so that the page's thread never touches it. A message out is a `Uint8Array` of
//! postcard([`Event`]). Between two requests the worker returns to its event loop, which is how `Stop` arrives in time.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

use super::{Engine, Event, Request, SegmentEvent, SegmentRequest};
use crate::image::MAX_BYTES;

/// Requests that wait, and whether somebody is serving them.
#[derive(Default)]
struct Inbox {
    waiting: VecDeque<(Request, Option<File>)>,
    busy: bool,
}

/// Starts listening, and says [`Event::Hello`].
pub fn run() {
    console_error_panic_hook::set_once();
    let inbox = Rc::new(RefCell::new(Inbox::default()));
    // The engine outlives every turn of service and is used by one at a time: `busy` sees to that.
    let engine = Rc::new(RefCell::new(Some(Engine::new())));
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let Some((request, file)) = parse(&message.data()) else {
            say(&Event::Warning("The page and its worker are of different versions. Reload the page.".into()));
            return;
        };
        if matches!(request, Request::Stop) {
            let ids = give_up(&mut inbox.borrow_mut().waiting);
            say(&Event::Stopped { ids });
            return;
        }
        inbox.borrow_mut().waiting.push_back((request, file));
        if !inbox.borrow().busy {
            inbox.borrow_mut().busy = true;
            spawn_local(serve(Rc::clone(&inbox), Rc::clone(&engine)));
        }
    });
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    say(&Event::Hello);
}

async fn serve(inbox: Rc<RefCell<Inbox>>, engine: Rc<RefCell<Option<Engine>>>) {
    let Some(mut owned) = engine.borrow_mut().take() else { return };
    loop {
        let next = inbox.borrow_mut().waiting.pop_front();
        let Some((request, file)) = next else { break };
        if let Some(request) = complete(request, file).await {
            owned.handle(request, &mut |event| say(&event)).await;
        }
        breathe().await;
    }
    *engine.borrow_mut() = Some(owned);
    inbox.borrow_mut().busy = false;
}

/// Fills in the bytes of the file that came beside the request; `None` where they can't be had, which is then said.
async fn complete(mut request: Request, file: Option<File>) -> Option<Request> {
    let Some(file) = file else { return Some(request) };
    let fault = if file.size() > MAX_BYTES as f64 {
        format!("The file has {:.0} MB; at most {} MB are read.", file.size() / 1e6, MAX_BYTES / 1_000_000)
    } else if let Ok(buffer) = JsFuture::from(file.array_buffer()).await {
        if let Some((_, bytes)) = content(&mut request) {
            *bytes = Uint8Array::new(&buffer).to_vec();
        }
        return Some(request);
    } else {
        "The browser could not read the file. Was it moved, changed or deleted? Add it again.".to_owned()
    };
    let (id, _) = content(&mut request)?;
    say(&match request {
        Request::Segment(_) => Event::Segment(SegmentEvent::Refused { id: Some(id), ticket: None, reason: fault }),
        _ => Event::Rejected { id, reason: fault },
    });
    None
}

/// The asker's number and the bytes of a request that brings a file.
fn content(request: &mut Request) -> Option<(u32, &mut Vec<u8>)> {
    match request {
        Request::Embed { id, bytes }
        | Request::Segment(SegmentRequest::Open { id, bytes, .. } | SegmentRequest::ReadMask { id, bytes }) => {
            Some((*id, bytes))
        }
        _ => None,
    }
}

/// Takes the waiting images out, and tells whose they were.
fn give_up(waiting: &mut VecDeque<(Request, Option<File>)>) -> Vec<u32> {
    let mut ids = Vec::new();
    waiting.retain(|(request, _)| match request {
        Request::Embed { id, .. } => {
            ids.push(*id);
            false
        }
        _ => true,
    });
    ids
}

fn parse(data: &JsValue) -> Option<(Request, Option<File>)> {
    let pair: &Array = data.dyn_ref()?;
    let bytes: Uint8Array = pair.get(0).dyn_into().ok()?;
    Some((postcard::from_bytes(&bytes.to_vec()).ok()?, pair.get(1).dyn_into().ok()))
}

fn say(event: &Event) {
    match postcard::to_allocvec(event) {
        Ok(bytes) => {
            let bytes = Uint8Array::from(bytes.as_slice());
            // Handing the buffer over spares a copy; failing to post means that the page is gone.
            let _ = scope().post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
        }
        // The page hears of it as of any breakdown, and starts the worker anew.
        Err(error) => wasm_bindgen::throw_str(&format!("an event could not be encoded: {error}")),
    }
}

/// Lets waiting messages in.
async fn breathe() {
    let timer = Promise::new(&mut |resolve: Function, _| {
        // Without a timer the promise would never settle: settle it at once instead.
        if scope().set_timeout_with_callback(&resolve).is_err() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(timer).await;
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
