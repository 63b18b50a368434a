import { signInStory } from "./sign-in-story.ts";

signInStory("cognito", "id");
