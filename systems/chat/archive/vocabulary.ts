/** The words that the archive's people speak: a few that everybody uses, and thousands that hardly anybody does. */

const COMMON = (
  "the to and a of it is that in for on we you this with be have not but are they at was just what so can all about " +
  "there my get if one from out up time would now how some when more who will no good work like new see think day make " +
  "know people back after over well way team plan meeting today week call thanks maybe done soon next please really"
).split(" ");

const SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split(" ");

/** Words made of three syllables; no word that anybody looks for begins with any three of them. */
const RARE_WORDS = SYLLABLES.length ** 3;

export const VOCABULARY_WORDS: number = COMMON.length + RARE_WORDS;

/** The word of a rank: 0 is the most frequent. */
export function wordOfRank(rank: number): string {
  const common = COMMON[rank];
  if (common !== undefined) return common;
  const number = (rank - COMMON.length) % RARE_WORDS;
  const base = SYLLABLES.length;
  const digits = [number % base, Math.floor(number / base) % base, Math.floor(number / base ** 2)];
  return digits.map((digit) => SYLLABLES[digit]).join("");
}
