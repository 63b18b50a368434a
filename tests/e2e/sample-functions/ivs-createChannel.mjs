/** Stands in for IVS: creates a channel with the given name. */
export async function handler({ Name, RecordingConfigurationArn, Type }) {
  const Arn = `arn:aws:ivs:us-east-1:000000000000:channel/${Name}`;
  return {
    Channel: { Arn, Name, RecordingConfigurationArn, Type },
    StreamKey: { Arn: Arn.replace("channel", "stream-key"), ChannelArn: Arn, Value: "sk_1" },
  };
}
