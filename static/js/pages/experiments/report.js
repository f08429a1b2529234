/** The script of the page of the report, whose views only the browser knows. */

import { startReport } from "../../experiments/report.js";

startReport();
