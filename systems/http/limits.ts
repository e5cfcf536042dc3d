/** Different errors that one server writes to its log. */
export const ERRORS_TOLD_MAX = 100;
/** Characters of a wrong value that are shown. */
export const SHOWN_CHARS_MAX = 60;
