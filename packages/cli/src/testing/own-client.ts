import { connect } from "@callboard/client";
import { WebSocket } from "ws";
import type { StartProgram } from "../commands/conformance-client/program.ts";

/** `@callboard/client` as the program of a conformance test, in this process. */
export const ownClient: StartProgram = ({ CALLBOARD_URL, CALLBOARD_TOKEN_URL }, { line }) => {
  const callboard = connect({
    url: CALLBOARD_URL,
    token: async () => (await fetch(CALLBOARD_TOKEN_URL)).text(),
    WebSocket,
  });
  const print = (value: object) => line(JSON.stringify(value));
  const leave = new Map<string, () => void>();
  return {
    write(text) {
      const command = JSON.parse(text);
      if (command.follow)
        leave.set(
          command.follow,
          callboard.channel(command.follow).follow((_, { name: channel, status, epoch, offset, items }) => {
            if (typeof status === "object") print({ channel, ...status });
            else if (epoch !== undefined)
              print({
                channel,
                epoch,
                offset,
                items: Object.fromEntries([...items].map(([key, { value }]) => [key, value])),
              });
          }),
        );
      if (command.leave) leave.get(command.leave)?.();
      if (command.reply) {
        const { requestId } = command.reply;
        void callboard.reply(command.reply).then(
          (receipt) => print({ receipt: { requestId, ...receipt } }),
          () => {},
        );
      }
    },
    async end() {
      callboard.close();
    },
  };
};
