/** The script of the camera's page. */

import { startWebcam } from "../../experiments/webcam.js";
import { startGlossary } from "../../glossary.js";
import { startUpload } from "../../picture-form.js";

startGlossary();
startUpload();
startWebcam();
