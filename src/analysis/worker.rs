//! The session inside a browser's dedicated worker: moves messages between the page and [`Session`]. Between two steps of
//! its work the worker returns to its event loop, so that newer requests arrive in time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Float32Array;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

use super::blobs::{self, BlobFile, BlobLuggage, Parts};
use super::protocol::{Answer, Event, Request};
use super::session::Session;
use crate::wire::{Message, scope};

thread_local! {
    /// Archives that are being packed, by the numbers of their requests.
    static PARTS: RefCell<BTreeMap<u32, Parts>> = const { RefCell::new(BTreeMap::new()) };
}

/// Starts listening, and sends [`Event::Hello`].
pub fn run() {
    console_error_panic_hook::set_once();
    let session = Rc::new(RefCell::new(Session::new()));
    let working = Rc::new(Cell::new(false));
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let Some((message, beside)) = scope::parse::<Request>(&message.data()) else {
            wasm_bindgen::throw_str("The page and its worker are of different versions. Reload the page.");
        };
        let Message { seq, body } = message;
        let said = match body {
            Request::Pack(order) => {
                let parts = Parts::default();
                PARTS.with_borrow_mut(|all| all.insert(seq, parts.clone()));
                let luggage = Box::new(BlobLuggage::new(&order.images, beside, parts));
                session.borrow_mut().pack(seq, *order, luggage)
            }
            Request::Unpack { name } => {
                let file = BlobFile::new(beside.into_iter().next().unwrap_or_default().into());
                session.borrow_mut().unpack(seq, name, file)
            }
            Request::PutFactors(pieces) => {
                let blob = beside.into_iter().next().unwrap_or_default().into();
                // Bytes that can't be read are missed, which is answered.
                session.borrow_mut().put_factors(seq, &pieces, &blobs::read(&blob).unwrap_or_default())
            }
            body => {
                let values = beside.first().and_then(|value| value.dyn_ref::<Float32Array>()).map(Float32Array::to_vec);
                session.borrow_mut().take(Message { seq, body }, &values.unwrap_or_default())
            }
        };
        said.into_iter().for_each(say);
        if !session.borrow().is_idle() && !working.replace(true) {
            spawn_local(work(Rc::clone(&session), Rc::clone(&working)));
        }
    });
    scope::global().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    say(Message { seq: 0, body: Event::Hello });
}

/// Works until there is nothing left to do.
async fn work(session: Rc<RefCell<Session>>, working: Rc<Cell<bool>>) {
    while !session.borrow().is_idle() {
        session.borrow_mut().step(&mut say);
        scope::breathe().await;
    }
    working.set(false);
}

fn say(Message { seq, body }: Message<Event>) {
    let parts = match &body {
        Event::Answer(_) => PARTS.with_borrow_mut(|all| all.remove(&seq)),
        _ => None,
    };
    match (&body, parts.map(|parts| parts.joined())) {
        (Event::Answer(Answer::Packed), Some(Some(archive))) => scope::send(seq, body, &[archive.into()]),
        (Event::Answer(Answer::Packed), _) => {
            let reason =
                "The browser could not put the archive together; it may be too large. Try it without the images.";
            scope::send(seq, Event::Answer(Answer::Refused(reason.into())), &[]);
        }
        _ => scope::send(seq, body, &[]),
    }
}
