/** Tells the recorder how an exchange began and ended: the operation first, then the numbers. */
import { NS_PER_MS } from "../../base/units.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import { OUTCOME_RULES, OUTCOMES, RULE, statusRules } from "../../record/outcome.ts";
import type { HttpTimings, Recorder } from "../../record/recorder.ts";
import type { Value } from "../../record/value.ts";
import type { HttpResponse } from "../http.ts";
import type { Exchange } from "./exchange.ts";
import { NO_PLACES } from "./raw-log.ts";
import type { RawLog } from "./raw-log.ts";
import { blockedNs } from "./response.ts";
import { belowError } from "./routes.ts";

/** Code of the outcome that a rule decides for. */
const OUTCOME_OF_RULE: Uint8Array = Uint8Array.from(OUTCOME_RULES, ({ outcome }) =>
  OUTCOMES.indexOf(outcome),
);

export class Accounting {
  readonly #recorder: Recorder;
  readonly #rules = new WeakMap<OperationDefinition, Uint8Array>();
  #lastDefinition: OperationDefinition | undefined;
  #lastRules: Uint8Array = new Uint8Array(0);
  readonly #raw: RawLog | undefined;
  /** Of `lastDefinition`. */
  #lastPlaces: Int32Array = NO_PLACES;
  /** One for all exchanges: the recorder copies what it keeps. */
  readonly #timings: HttpTimings = {
    durationMs: 0.1,
    serviceMs: Number.NaN,
    blockedMs: 0.1,
    lookingUpMs: 0.1,
    connectingMs: 0.1,
    tlsMs: 0.1,
    sendingMs: 0.1,
    waitingMs: 0.1,
    receivingMs: 0.1,
    bytesSent: 0,
    bytesReceived: 0,
    failed: false,
  };

  /** `raw` takes the requests and answers as they were; undefined where nobody will look at them. */
  constructor(recorder: Recorder, raw?: RawLog) {
    this.#recorder = recorder;
    this.#raw = raw;
  }

  /** HOT. The next thing the caller does is hand the first byte to the socket. */
  began(exchange: Exchange): void {
    const { operation } = exchange;
    if (operation === undefined || exchange.slot >= 0) return;
    const { actor } = exchange.session;
    exchange.process = actor.process;
    exchange.slot = this.#recorder.operations.invoke(
      operation,
      actor.process,
      actor.phase,
      exchange.startNs,
    );
  }

  /** HOT. Completes the operation; `exchange.response` is there to read the result from. */
  completed(exchange: Exchange): void {
    const { operation } = exchange;
    if (operation === undefined) return;
    this.began(exchange);
    const rule = this.#ruleOf(exchange, operation.definition);
    const outcome = OUTCOME_RULES[rule]?.outcome;
    const readable = rule !== RULE.successCutOff && (outcome === "ok" || outcome === "rejected");
    const result = readable ? resultOf(operation.definition, exchange.response) : undefined;
    const { operations } = this.#recorder;
    operations.complete(exchange.slot, exchange.endNs, rule, exchange.head.status, result);
    const code = OUTCOME_OF_RULE[rule] as number;
    const places = this.#lastPlaces;
    if ((places[code] as number) > 0) {
      this.#raw?.keep(exchange, operation, code, places);
    }
    if (outcome === "unknown") exchange.session.actor.process = operations.newProcess();
  }

  /** HOT. Counts the exchange and its times, unless its actor is set up, torn down or cut off. */
  counted(exchange: Exchange): void {
    if (exchange.session.actor.uncounted === true) return;
    const { route, failure, extras, startNs, endNs, intendedNs } = exchange;
    const opening = extras?.opening;
    const { status } = exchange.head;
    const expected =
      failure === undefined && (route.expected(status) || this.#isDeclared(exchange));
    const timings = this.#timings;
    const open = intendedNs === intendedNs;
    timings.durationMs = (endNs - (open ? intendedNs : startNs)) / NS_PER_MS;
    timings.serviceMs = open ? (endNs - startNs) / NS_PER_MS : Number.NaN;
    timings.blockedMs = extras === undefined ? 0 : blockedNs(exchange) / NS_PER_MS;
    timings.lookingUpMs = opening === undefined ? 0 : opening.lookingUp / NS_PER_MS;
    timings.connectingMs = opening === undefined ? 0 : opening.connecting / NS_PER_MS;
    timings.tlsMs = opening === undefined ? 0 : opening.tls / NS_PER_MS;
    timings.sendingMs = (exchange.sentNs - startNs) / NS_PER_MS;
    timings.waitingMs = (exchange.firstNs - exchange.sentNs) / NS_PER_MS;
    timings.receivingMs = (endNs - exchange.firstNs) / NS_PER_MS;
    timings.bytesSent = exchange.bytesSent;
    timings.bytesReceived = exchange.bytesReceived;
    timings.failed = !expected;
    this.#recorder.metrics.http(route.series.of(status, expected, failure), timings);
  }

  /** A status that the operation declares ok or rejected is no failure, unless the author said which are expected. */
  #isDeclared({ route, operation, head }: Exchange): boolean {
    if (operation === undefined || route.expected !== belowError) return false;
    const rule = this.#rulesOf(operation.definition)[head.status];
    return rule === RULE.declaredOk || rule === RULE.declaredRejected;
  }

  /**
   * A failure before the head, or a malformed answer, speaks for itself. When the answer was cut after its head, the
   * head still says what the system did: a 2xx happened, only its particulars are unknown.
   */
  #ruleOf({ failure, head }: Exchange, definition: OperationDefinition): number {
    const { status } = head;
    const rules = this.#rulesOf(definition);
    const byStatus = status === 0 ? RULE.otherStatus : rules[status];
    const rule = byStatus ?? RULE.serverError;
    if (failure === undefined) return rule;
    const headIsTrue = status !== 0 && failure.rule !== RULE.malformed;
    if (!headIsTrue) return failure.rule;
    return rule === RULE.success ? RULE.successCutOff : rule;
  }

  #rulesOf(definition: OperationDefinition): Uint8Array {
    if (definition === this.#lastDefinition) return this.#lastRules;
    let rules = this.#rules.get(definition);
    if (rules === undefined) {
      rules = statusRules(definition.statuses);
      this.#rules.set(definition, rules);
    }
    this.#lastDefinition = definition;
    this.#lastRules = rules;
    this.#lastPlaces = this.#raw?.placesOf(definition.name) ?? NO_PLACES;
    return rules;
  }
}

/** The definition's reader is the author's: what it cannot read is unknown, and no reason to stop. */
function resultOf(
  definition: OperationDefinition,
  response: HttpResponse | undefined,
): Value | undefined {
  const read = definition.result as ((answer: HttpResponse) => Value | undefined) | undefined;
  if (read === undefined || response === undefined) return undefined;
  try {
    return read(response);
  } catch {
    return undefined;
  }
}
