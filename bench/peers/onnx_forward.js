// Median microseconds of one forward pass in ONNX Runtime, as JSON.
// Usage: node onnx_forward.js MODEL INPUTS BATCH THREADS SECONDS, in a folder where onnxruntime-node is installed.
const { createRequire } = require('module');
const require_ = createRequire(process.cwd() + '/');
const ort = require_('onnxruntime-node');
const [, , file, inputs, batch, threads, seconds] = process.argv;
(async () => {
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: +threads, interOpNumThreads: 1 });
  const data = Float32Array.from({ length: inputs * batch }, (_, i) => Math.sin(i));
  const input = new ort.Tensor('float32', data, [+batch, +inputs]);
  for (let i = 0; i < 20; i++) await session.run({ input });
  const times = [], end = Date.now() + 1000 * seconds;
  while (Date.now() < end) {
    const begun = process.hrtime.bigint();
    await session.run({ input });
    times.push(Number(process.hrtime.bigint() - begun) / 1e3);
  }
  times.sort((a, b) => a - b);
  const { version } = require_('onnxruntime-node/package.json');
  console.log(JSON.stringify({ peer: 'ONNX Runtime ' + version, microseconds: times[times.length >> 1] }));
})();
