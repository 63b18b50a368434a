let asked = 0;

/** Stands in for IVS: a stream that is live twice, with more viewers each time. */
export async function handler({ ChannelArn }) {
  if (++asked > 2) {
    const error = new Error("The channel is not currently broadcasting.");
    error.name = "Ivs.ChannelNotBroadcastingException";
    throw error;
  }
  return { Stream: { ChannelArn, StreamId: "st-1", ViewerCount: asked * 10 } };
}
