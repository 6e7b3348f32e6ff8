// ONNX Runtime Web in a worker: { model, provider, threads } opens a session, { views, side } runs that many views.

import * as ort from "./node_modules/onnxruntime-web/dist/ort.webgpu.bundle.min.mjs";

ort.env.logLevel = "error";

let session;

self.onmessage = async ({ data: { model, provider, threads, views, side, value } }) => {
  try {
    if (model) {
      // More than one thread needs headers that a plain web host does not send.
      ort.env.wasm.numThreads = threads;
      session = await ort.InferenceSession.create(model, { executionProviders: [provider] });
      postMessage({ ready: true });
      return;
    }
    // What the numbers are does not matter, unless one is asked for.
    const numbers = Float32Array.from({ length: views * 3 * side * side }, (_, at) => value ?? ((at * 7919) % 256) / 255);
    const input = new ort.Tensor("float32", numbers, [views, 3, side, side]);
    const start = performance.now();
    const { embedding } = await session.run({ views: input });
    const numbersOut = await embedding.getData();
    postMessage({ millis: performance.now() - start, first: Array.from(numbersOut.slice(0, embedding.dims[1])) });
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};
