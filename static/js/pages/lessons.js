/** The script of a lesson, and of a figure by itself. */

import { startGlossary } from "../glossary.js";
import { startExercises } from "../lessons/exercise.js";
import { startFigures } from "../lessons/figure.js";

startFigures();
startExercises();
startGlossary();
