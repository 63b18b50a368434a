import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const bus = new EventBridgeClient({});

/** The plugins of ServerlessVideo: the target of a rule for the plugin manager's events. */
export async function handler({ "detail-type": type, detail, resources }) {
  const [hook, plugin] = type.split(".");
  const { video, taskToken, pluginData } = detail;
  if (plugin === "silent") return;
  // A person decides, in Callboard.
  if (plugin === "person") {
    const question = {
      subject: `video/${video.id}`,
      thread: plugin,
      round: 1,
      prompt: `Shall ${video.id} be shown?`,
      verbs: ["approve", "reject"],
      assignees: ["user/ana"],
      timeoutSeconds: 600,
      heartbeatSeconds: 600,
      execution: resources.find((resource) => resource.includes(":execution:")),
      taskToken,
    };
    await put("callboard", "plugins", "Feedback Requested", question);
    return;
  }
  const Message = hook.endsWith("Validate")
    ? { valid: plugin !== "strict", reason: `${plugin} looked at it` }
    : { pluginData: { by: plugin, after: Object.keys(pluginData ?? {}) } };
  await put("default", `serverlessVideo.plugin.${plugin}`, "plugin-complete", {
    TaskToken: taskToken,
    Message,
  });
}

const put = (EventBusName, Source, DetailType, detail) =>
  bus.send(
    new PutEventsCommand({ Entries: [{ EventBusName, Source, DetailType, Detail: JSON.stringify(detail) }] }),
  );
