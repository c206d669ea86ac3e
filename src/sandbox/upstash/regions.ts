/** Source: the published OpenAPI's enums. */
const AWS = [
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-west-1", "eu-west-2"],
  ...["eu-central-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "af-south-1"],
];
const GCP = ["us-central1", "us-east4", "europe-west1", "asia-northeast1"];

export const PRIMARY_REGIONS: readonly string[] = [...AWS, ...GCP];
export const READ_REGIONS: readonly string[] = AWS.filter((region) => region !== "af-south-1");

export const platformOf = (region: string): "aws" | "gcp" => (GCP.includes(region) ? "gcp" : "aws");
