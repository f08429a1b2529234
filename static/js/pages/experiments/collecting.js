/** The script that adds the view of an experiment to the report. */

import { startCollecting } from "../../experiments/collection.js";

startCollecting();
