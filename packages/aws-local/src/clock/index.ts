export {
  type Clock,
  clockOf,
  type SleepingClock,
  sleepingClock,
  systemClock,
  type Timekeeper,
  type VirtualClock,
  virtualClock,
} from "./clock.ts";
