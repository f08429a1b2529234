/** Files dropped onto the page. */

/**
 * Whether a file is a network, by its name.
 * @param {File} file
 */
export function isModel(file) {
  return file.name.toLowerCase().endsWith(".onnx");
}

/**
 * Accept files that are dropped anywhere on the page.
 * @param {(files: FileList, transfer: DataTransfer) => void} accept
 * @param {() => void} [refuse] called for a drop without a file
 */
export function startDropping(accept, refuse) {
  const root = document.documentElement;
  let depth = 0; // dragenter of a child comes before dragleave of its parent
  const leave = () => {
    depth = 0;
    root.classList.remove("dragging");
  };
  addEventListener("dragenter", (event) => {
    event.preventDefault();
    depth++;
    root.classList.add("dragging");
  });
  addEventListener("dragleave", () => {
    depth--;
    if (depth <= 0) leave();
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    leave();
    const transfer = event.dataTransfer;
    if (transfer?.files.length) accept(transfer.files, transfer);
    else refuse?.();
  });
}
