/** Who one is: sign up, sign in, and one's own name. */
import type { FastifyInstance } from "fastify";
import { Input } from "../input.ts";
import {
  DISPLAY_NAME_CHARS_MAX,
  NAME_CHARS_MAX,
  PASSWORD_CHARS_MAX,
  PASSWORD_CHARS_MIN,
} from "../limits.ts";
import { hashPassword, isPassword } from "../passwords.ts";
import { RequestProblem } from "../../../http/request-problem.ts";
import { userOf, type ApiOptions } from "./asking.ts";

const NAME = new RegExp(`^[\\w-]{1,${NAME_CHARS_MAX}}$`);
const NAME_WORDS = `1 to ${NAME_CHARS_MAX} letters, digits or any of _ -`;
const PASSWORD = { min: PASSWORD_CHARS_MIN, max: PASSWORD_CHARS_MAX };
const DISPLAY_NAME = { min: 1, max: DISPLAY_NAME_CHARS_MAX };

export function addAuth(app: FastifyInstance, { parts: { store }, sessions }: ApiOptions): void {
  app.post("/api/auth/signup", async (request, reply) => {
    const input = new Input(request.body);
    const name = input.matching("name", NAME, NAME_WORDS);
    const password = input.text("password", PASSWORD);
    const displayName = input.textOr("displayName", DISPLAY_NAME, name);
    input.done();
    const kept = await hashPassword(password);
    const [user] = await store.addUsers([{ name, displayName, password: kept }]);
    if (user === undefined) {
      throw new RequestProblem(409, "name-taken", `name must be nobody's yet, got "${name}"`);
    }
    return reply.code(201).send({ token: sessions.tokenFor(user.id), user });
  });

  app.post("/api/auth/signin", async (request, reply) => {
    const input = new Input(request.body);
    const name = input.matching("name", NAME, NAME_WORDS);
    const password = input.text("password", PASSWORD);
    input.done();
    const known = await store.credentials(name);
    if (known?.password === undefined || !(await isPassword(password, known.password))) {
      throw new RequestProblem(401, "unauthorized", "name and password must belong together");
    }
    return reply.send({ token: sessions.tokenFor(known.user.id), user: known.user });
  });

  app.get("/api/users/me", async (request, reply) => {
    const user = await store.user(userOf(request, sessions));
    if (user === undefined) throw new RequestProblem(401, "unauthorized", "this user is gone");
    return reply.send({ user });
  });

  app.patch("/api/users/me", async (request, reply) => {
    const userId = userOf(request, sessions);
    const input = new Input(request.body);
    const displayName = input.text("displayName", DISPLAY_NAME);
    input.done();
    return reply.send({ user: await store.changeUser(userId, displayName) });
  });
}
