import { AccountClient, ServerClient } from "postmark";

const account = new AccountClient(process.env.POSTMARK_ACCOUNT_TOKEN);

const made = await account.createServer({ Name: "From the SDK" });
const renamed = await account.editServer(made.ID, { Name: "Renamed" });
const server = new ServerClient(made.ApiTokens[0]);
const { MessageStreams } = await server.getMessageStreams();
await account.deleteServer(made.ID);
const { TotalCount } = await account.getServers();

const streams = MessageStreams.map(({ ID }) => ID).toSorted();
console.log(JSON.stringify({ made: made.Name, renamed: renamed.Name, streams, left: TotalCount }));
