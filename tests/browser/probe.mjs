// Runs in the page before any of its scripts: notes what passes between page and workers, and how evenly frames come.

/** Installs `window.probe`. Serialised into the page, so it stands alone. */
export function install() {
  const probe = { workers: [], posted: 0, received: [], frames: [] };
  const Plain = window.Worker;
  window.Worker = class extends Plain {
    constructor(...args) {
      super(...args);
      probe.workers.push(String(args[0]));
      this.addEventListener("message", ({ data }) => {
        if (Array.isArray(data)) probe.received.push(data[0].slice());
      });
    }
    postMessage(...args) {
      probe.posted += 1;
      return super.postMessage(...args);
    }
  };
  const frame = (now) => {
    probe.frames.push(now);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.probe = probe;
}

/**
 * The best cosine between `vector` and any run of little-endian floats in what the workers have sent, wherever it lies:
 * the test need not know how events are packed.
 */
export function bestCosine(vector) {
  const length = vector.length;
  const norm = Math.sqrt(vector.reduce((sum, v) => sum + v * v, 0));
  let best = -1;
  for (const message of window.probe.received) {
    for (let shift = 0; shift < 4; shift++) {
      const bytes = message.slice(shift, message.length - ((message.length - shift) % 4));
      const floats = new Float32Array(bytes.buffer);
      for (let start = 0; start + length <= floats.length; start++) {
        let dot = 0;
        let square = 0;
        for (let i = 0; i < length; i++) {
          dot += floats[start + i] * vector[i];
          square += floats[start + i] * floats[start + i];
        }
        const cosine = dot / (norm * Math.sqrt(square));
        if (cosine > best) best = cosine;
      }
    }
  }
  return best;
}
