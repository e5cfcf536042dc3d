/**
 * Dates as they stand in cookies and in the date header (RFC 6265 §5.1.1): servers write them in three official ways
 * and many others, so single words are recognised wherever they stand. Arithmetic only: what the time is now is no
 * question here.
 */
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/;
const DAY = /^(\d{1,2})(?:\D|$)/;
const YEAR = /^(\d{2,4})(?:\D|$)/;
const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;

/** Seconds since 1970, or undefined when it is no date. */
export function parseCookieDate(text: string): number | undefined {
  let time: number | undefined;
  let day: number | undefined;
  let month: number | undefined;
  let year: number | undefined;
  for (const word of text.split(DELIMITERS)) {
    const clock = time === undefined ? TIME.exec(word) : null;
    if (clock !== null) {
      const [hour, minute, second] = [Number(clock[1]), Number(clock[2]), Number(clock[3])];
      if (hour > 23 || minute > 59 || second > 59) return undefined;
      time = hour * 3600 + minute * 60 + second;
    } else if (day === undefined && DAY.test(word)) {
      day = Number(DAY.exec(word)?.[1]);
    } else if (month === undefined && MONTHS.includes(word.slice(0, 3).toLowerCase())) {
      month = MONTHS.indexOf(word.slice(0, 3).toLowerCase());
    } else if (year === undefined && YEAR.test(word)) {
      year = fourDigits(Number(YEAR.exec(word)?.[1]));
    }
  }
  if (time === undefined || day === undefined || month === undefined || year === undefined) {
    return undefined;
  }
  if (day < 1 || day > 31 || year < 1601) return undefined;
  return daysSince1970(year, month, day) * 86_400 + time;
}

/** 70 to 99 are of the last century, 0 to 69 of this one. */
function fourDigits(year: number): number {
  if (year > 99) return year;
  return year + (year >= 70 ? 1900 : 2000);
}

/** Gregorian, for years from 1601: counts leap days since 1600, with the year beginning in March. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month < 2 ? year - 1 : year;
  const monthFromMarch = (month + 10) % 12;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const daysOfMonths = Math.floor((153 * monthFromMarch + 2) / 5);
  return shifted * 365 + leapDays + daysOfMonths + day - 719_469;
}
