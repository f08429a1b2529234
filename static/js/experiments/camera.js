/** The camera of the reader's device: started after a click, and stopped with the page. */

const IDEAL_WIDTH = 1280; // pixels
const FRAME_QUALITY = 0.9; // of a frame as JPEG
const PHOTO_QUALITY = 0.95; // of a snapshot

/** @typedef {"insecure" | "denied" | "missing" | "busy"} CameraProblem */

/** @type {Readonly<Record<string, CameraProblem>>} by the name of the browser's error */
const PROBLEMS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing" };

/**
 * Start the camera; the browser asks for permission.
 * @param {HTMLVideoElement} video
 * @param {() => void} onEnd called when the camera is unplugged, or the permission is taken back
 * @returns {Promise<CameraProblem | null>} why there is no picture; null if there is one
 */
export async function startCamera(video, onEnd) {
  if (!navigator.mediaDevices) return "insecure";
  try {
    const wanted = { width: { ideal: IDEAL_WIDTH }, facingMode: { ideal: "environment" } };
    const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    for (const track of stream.getTracks()) track.addEventListener("ended", onEnd);
    video.srcObject = stream;
    await video.play();
    return null;
  } catch (error) {
    stopCamera(video);
    if (!(error instanceof DOMException)) throw error;
    return PROBLEMS[error.name] ?? "busy";
  }
}

/** @param {HTMLVideoElement} video */
export function stopCamera(video) {
  if (video.srcObject instanceof MediaStream) for (const track of video.srcObject.getTracks()) track.stop();
  video.srcObject = null;
}

/**
 * The picture of the camera at this moment, small enough to be sent again and again.
 * @param {HTMLVideoElement} video
 * @param {number} side pixels of the shorter side
 */
export function takeFrame(video, side) {
  return photoOf(video, Math.min(1, side / Math.min(video.videoWidth, video.videoHeight)), FRAME_QUALITY);
}

/**
 * The picture of the camera at this moment, in full size.
 * @param {HTMLVideoElement} video
 */
export function takePhoto(video) {
  return photoOf(video, 1, PHOTO_QUALITY);
}

/**
 * @param {HTMLVideoElement} video
 * @param {number} scale
 * @param {number} quality
 * @returns {Promise<Blob>}
 */
function photoOf(video, scale, quality) {
  const canvas = new OffscreenCanvas(Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale));
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality });
}
