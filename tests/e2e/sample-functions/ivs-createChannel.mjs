/** Stands in for IVS: makes a channel of the name that it is given. */
export async function handler({ Name, RecordingConfigurationArn, Type }) {
  const Arn = `arn:aws:ivs:us-east-1:000000000000:channel/${Name}`;
  return {
    Channel: { Arn, Name, RecordingConfigurationArn, Type },
    StreamKey: { Arn: Arn.replace("channel", "stream-key"), ChannelArn: Arn, Value: "sk_1" },
  };
}
