//! Tells the worker of features that it lacks, in portions that leave the browser time to draw.

use std::sync::Arc;

use gloo::timers::future::TimeoutFuture;
use js_sys::Float32Array;
use wasm_bindgen::JsValue;

use super::Analysis;
use super::known::portions;
use crate::analysis::protocol::{Given, Request};
use crate::fungi::{Features, Part};
use crate::gallery::{Id, Origin};

/// Numbers in one message: a megabyte, copied in a millisecond.
const PORTION: usize = 1 << 18;

impl Analysis {
    /// Brings the worker's features up to these: of that origin, of exactly these images, at least these parts. What is asked
    /// afterwards finds them there. False if the worker was lost meanwhile: then nothing is there.
    pub async fn give(self, origin: Option<Origin>, images: Arc<Vec<(Id, Arc<Features>)>>, parts: &[Part]) -> bool {
        // One after the other: what a second one takes for told must have been sent.
        while self.with_core(|core| core.giving) {
            TimeoutFuture::new(4).await;
        }
        self.rouse();
        let (plan, process) = self.with_core(|core| {
            core.giving = true;
            let images = images.iter().map(|(id, features)| (*id, features.as_ref()));
            (core.known.plan(origin.as_ref(), images, parts), core.process)
        });
        if plan.clear {
            self.tell(Request::Clear, Vec::new());
        }
        if !plan.remove.is_empty() {
            self.tell(Request::Remove(plan.remove), Vec::new());
        }
        let width = |place: usize, part| images[place].1.get(part).map_or(0, <[f32]>::len);
        for portion in portions(&plan.put, width, PORTION) {
            let mut numbers: Vec<f32> = Vec::with_capacity(PORTION);
            let given = portion.iter().map(|(place, parts)| {
                let (id, features) = &images[*place];
                let part = |&part| {
                    let unit = features.get(part).unwrap_or_default();
                    numbers.extend_from_slice(unit);
                    (part, unit.len() as u32)
                };
                Given { id: *id, parts: parts.iter().map(part).collect() }
            });
            let given = given.collect();
            self.tell(Request::Put(given), vec![JsValue::from(Float32Array::from(&numbers[..]))]);
            TimeoutFuture::new(0).await;
            if self.with_core(|core| core.process != process) {
                return false;
            }
        }
        self.with_core(|core| core.giving = false);
        true
    }

    fn tell(&self, request: Request, beside: Vec<JsValue>) {
        // Nothing depends on the answer but later requests, which are lost with this one.
        self.ask(request, beside, |_| ());
    }
}
