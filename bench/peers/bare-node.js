// One request by Node and nothing else: what of a start is Node's own. `node bare-node.js PORT`.
import { connect } from "node:net";

const socket = connect(Number(process.argv[2]), "127.0.0.1");
socket.write("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
socket.on("data", () => socket.destroy());
