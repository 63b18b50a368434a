import fc from "fast-check";
import { command } from "./model-command.ts";
import { endWait, observe } from "./model-state.ts";

const pass = command(
  "time passes",
  fc.oneof(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 5, max: 60 }),
    fc.integer({ min: 60, max: 700 }),
  ),
  async (seconds, model, world) => {
    for (let left = seconds * 1000; left > 0; left -= 5000) {
      for (const request of model.requests)
        if (request.timeoutAt !== undefined && request.timeoutAt <= world.now()) endWait(world, request);
      await world.poll(Math.min(left, 5000));
      await observe(model, world);
    }
  },
);

const noDraw = fc.constant("");
const deliver = command("deliver", noDraw, async (_, __, world) => world.pump());
const deliverOne = command("deliver one", fc.nat({ max: 20 }), async (at, _, world) => {
  const { queue } = world.stage;
  const [event] = queue.splice(at % Math.max(1, queue.length), 1);
  if (event) await world.take(event);
});
const deliverTogether = command("deliver together", noDraw, async (_, __, world) =>
  Promise.all(world.stage.queue.splice(0).map(world.take)),
);
const lose = command("lose what is on the bus", noDraw, async (_, __, world) => world.drop());
const again = command("deliver again", fc.nat({ max: 60 }), async (back, _, world) => {
  const event = world.stage.put.at(-1 - (back % Math.max(1, world.stage.put.length)));
  if (event) await world.take(event);
});
const sendAgain = command("tell again", fc.nat({ max: 10 }), async (back, _, world) => {
  const event = world.sentEvents.at(-1 - (back % Math.max(1, world.sentEvents.length)));
  if (event) await world.survives(event);
});
const breakBus = command("break the bus", fc.integer({ min: 1, max: 3 }), async (puts, _, world) =>
  world.breakBus(puts),
);
/** What happens to events, and time that passes. */
export const deliveries = [
  ...[pass, pass, pass],
  ...[deliver, deliverTogether, deliverOne, lose, again, sendAgain, breakBus],
];
