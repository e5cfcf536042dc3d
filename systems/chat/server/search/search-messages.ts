/** What passes between the chat and the thread that holds its search index. Answers come in the order of the questions. */
import type { IndexedMessage, SearchRequest } from "./search-index.ts";

export type Question =
  | { readonly kind: "add"; readonly messages: readonly IndexedMessage[] }
  | { readonly kind: "change"; readonly before: IndexedMessage; readonly after: IndexedMessage }
  | { readonly kind: "forget"; readonly channelId: number }
  | { readonly kind: "attach"; readonly path: string }
  | { readonly kind: "messages" }
  | { readonly kind: "search"; readonly request: SearchRequest }
  | { readonly kind: "suggest"; readonly beginning: string; readonly limit: number };

export type Asked = Question & { readonly id: number };

export type Told =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string };
