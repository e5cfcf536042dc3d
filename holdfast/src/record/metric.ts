/** The numbers of a run, in k6's words and k6's metric names. */

export type MetricType = "counter" | "gauge" | "rate" | "trend";

export interface MetricDefinition {
  readonly name: string;
  readonly type: MetricType;
  /** What a trend's or counter's values are measured in. `ms` for times. */
  readonly unit?: "ms" | "bytes" | undefined;
}

/** Tags are low-cardinality: names, statuses, scenarios. Never ids. */
export type Tags = Readonly<Record<string, string>>;

/** The metrics every run has. The position is the metric's code; a test's own metrics follow. Times in ms. */
export const BUILTIN_METRICS = [
  { name: "http_reqs", type: "counter" },
  { name: "http_req_failed", type: "rate" },
  { name: "http_req_duration", type: "trend", unit: "ms" },
  { name: "http_req_blocked", type: "trend", unit: "ms" },
  { name: "http_req_looking_up", type: "trend", unit: "ms" },
  { name: "http_req_connecting", type: "trend", unit: "ms" },
  { name: "http_req_tls_handshaking", type: "trend", unit: "ms" },
  { name: "http_req_sending", type: "trend", unit: "ms" },
  { name: "http_req_waiting", type: "trend", unit: "ms" },
  { name: "http_req_receiving", type: "trend", unit: "ms" },
  { name: "http_req_service_time", type: "trend", unit: "ms" },
  { name: "data_sent", type: "counter", unit: "bytes" },
  { name: "data_received", type: "counter", unit: "bytes" },
  { name: "checks", type: "rate" },
  { name: "iterations", type: "counter" },
  { name: "iteration_duration", type: "trend", unit: "ms" },
  { name: "iteration_errors", type: "counter" },
  { name: "dropped_iterations", type: "counter" },
  { name: "schedule_slip", type: "trend", unit: "ms" },
  { name: "group_duration", type: "trend", unit: "ms" },
  { name: "vus", type: "gauge" },
  { name: "vus_max", type: "gauge" },
  { name: "ws_connecting", type: "trend", unit: "ms" },
  { name: "ws_session_duration", type: "trend", unit: "ms" },
  { name: "ws_sessions", type: "counter" },
  { name: "ws_msgs_sent", type: "counter" },
  { name: "ws_msgs_received", type: "counter" },
  { name: "ws_msgs_dropped", type: "counter" },
  { name: "ws_ping", type: "trend", unit: "ms" },
  { name: "ws_errors", type: "counter" },
  { name: "ws_message_latency", type: "trend", unit: "ms" },
  { name: "ws_answer_duration", type: "trend", unit: "ms" },
  { name: "io_connecting", type: "trend", unit: "ms" },
  { name: "sse_connecting", type: "trend", unit: "ms" },
  { name: "sse_events", type: "counter" },
  { name: "sse_errors", type: "counter" },
  { name: "race_spread", type: "trend", unit: "ms" },
  { name: "race_server_spread", type: "trend", unit: "ms" },
  { name: "race_overlap", type: "trend" },
] as const;

export type BuiltinMetric = (typeof BUILTIN_METRICS)[number]["name"];
