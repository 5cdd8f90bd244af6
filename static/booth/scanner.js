// Reads the QR code of a voting card with the tablet's camera. What the camera sees stays on the tablet.

const EVERY_MS = 200;
const WIDEST = 640;
const LIBRARY = "../vendor/jsqr/jsQR.js";

// The browser's own reader where it has one; otherwise the bundled one, which is fetched only then.
const hireReader = async () => {
  if (globalThis.BarcodeDetector && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas))[0]?.rawValue ?? null;
  }
  await import(LIBRARY);
  return async (canvas, context) => {
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    return globalThis.jsQR(data, width, height)?.data || null;
  };
};

/**
 * Look for a code until ``stop()``; ``found(text)`` is told of every one that is seen.
 *
 * Rejects where there is no camera, or none that may be used.
 */
export const openScanner = async (video, facing, found) => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: facing } }, audio: false });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let timer = null;
  let open = true;
  const stop = () => {
    open = false;
    clearTimeout(timer);
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    canvas.width = 0;
  };
  try {
    video.srcObject = stream;
    await video.play();
    const read = await hireReader();
    const look = async () => {
      if (!open) return;
      if (video.videoWidth) {
        const scale = Math.min(1, WIDEST / video.videoWidth);
        canvas.width = Math.round(video.videoWidth * scale);
        canvas.height = Math.round(video.videoHeight * scale);
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const text = await read(canvas, context).catch(() => null);
        if (text && open) await found(text);
      }
      if (open) timer = setTimeout(look, EVERY_MS);
    };
    look();
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
};
