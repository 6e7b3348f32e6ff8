//! The engine inside a browser's dedicated worker: moves bytes between the page and [`Engine::answer`].
//!
//! A message in is `[Uint8Array of postcard(Message<Request>), File or undefined]`: a file that accompanies a request
//! with empty bytes is read here, so that the page's thread never reads it. A message out is a `Uint8Array` of
//! postcard(`Message<Event>`). Between two requests the worker returns to its event loop, so that `Stop` arrives in
//! time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

use super::{
    Engine,
    inbox::Inbox,
    protocol::{Answer, Event, Message, Request, SegmentRequest},
};
use crate::image::{MAX_BYTES, panicked};

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
        let Some((message, file)) = parse(&message.data()) else {
            say(0, Event::Warning("The page and its worker are of different versions. Reload the page.".into()));
            return;
        };
        for Message { seq, body } in inbox.borrow_mut().push(message, file) {
            say(seq, Event::Answer(body));
        }
        if let Some(idle) = engine.take() {
            spawn_local(serve(Rc::clone(&inbox), idle, Rc::clone(&engine)));
        }
    });
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    say(0, Event::Hello);
}

/// Serves the waiting requests, then puts the engine back.
async fn serve(inbox: Rc<RefCell<Inbox<File>>>, mut engine: Engine, idle: Rc<RefCell<Option<Engine>>>) {
    loop {
        let next = inbox.borrow_mut().pop();
        let Some((Message { seq, body }, file)) = next else { break };
        SERVING.set(seq);
        let answer = match with_file(body, file).await {
            Ok(request) => engine.answer(request, &mut |progress| say(seq, Event::Progress(progress))).await,
            Err(reason) => Answer::Refused(reason),
        };
        say(seq, Event::Answer(answer));
        breathe().await;
    }
    *idle.borrow_mut() = Some(engine);
}

/// The request with the bytes of the file that accompanied it, or a sentence if they can't be read.
async fn with_file(mut request: Request, file: Option<File>) -> Result<Request, String> {
    let (Some(file), Some(bytes)) = (file, bytes_of(&mut request)) else { return Ok(request) };
    if file.size() > MAX_BYTES as f64 {
        let (found, most) = (file.size() / 1e6, MAX_BYTES / 1_000_000);
        return Err(format!("The file has {found:.0} MB; the limit is {most} MB."));
    }
    let Ok(buffer) = JsFuture::from(file.array_buffer()).await else {
        return Err("The browser could not read the file. Was it moved, changed or deleted? Add it again.".into());
    };
    *bytes = Uint8Array::new(&buffer).to_vec();
    Ok(request)
}

/// The bytes of a request that can carry a file.
fn bytes_of(request: &mut Request) -> Option<&mut Vec<u8>> {
    match request {
        Request::Embed { bytes }
        | Request::Segment(SegmentRequest::Open { bytes, .. } | SegmentRequest::ReadMask { bytes, .. }) => Some(bytes),
        _ => None,
    }
}

fn parse(data: &JsValue) -> Option<(Message<Request>, Option<File>)> {
    let pair: &Array = data.dyn_ref()?;
    let bytes: Uint8Array = pair.get(0).dyn_into().ok()?;
    Some((postcard::from_bytes(&bytes.to_vec()).ok()?, pair.get(1).dyn_into().ok()))
}

fn say(seq: u32, event: Event) {
    match postcard::to_allocvec(&Message { seq, body: event }) {
        Ok(bytes) => {
            let bytes = Uint8Array::from(bytes.as_slice());
            // Transferring the buffer avoids a copy; posting fails only when the page is gone.
            let _ = scope().post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
        }
        // The page treats this like any crash, and starts a new worker.
        Err(error) => wasm_bindgen::throw_str(&format!("an event could not be encoded: {error}")),
    }
}

/// Returns to the event loop, so that waiting messages arrive.
async fn breathe() {
    let timer = Promise::new(&mut |resolve: Function, _| {
        // Without a timer the promise would never settle, so it is settled at once.
        if scope().set_timeout_with_callback(&resolve).is_err() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(timer).await;
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
