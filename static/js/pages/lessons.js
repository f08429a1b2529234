/** The script of a lesson, and of a figure by itself. */

import { startGlossary } from "../glossary.js";
import { startExercises } from "../lessons/exercise.js";
import { startFigures } from "../lessons/figure.js";
import { startLecture } from "../lessons/lecture.js";
import { Training } from "../lessons/training.js";

customElements.define("cs-training", Training);
startFigures();
startExercises();
startGlossary();
startLecture();
