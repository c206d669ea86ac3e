import { Refusal } from "../emulator.ts";

/** Every error of the Management API is an object with one string, `message`. */
export function refuse(status: number, message: string): Refusal {
  return new Refusal(status, { message });
}

export const unauthorized = () => refuse(401, "Unauthorized");

/** Seen in reports: a deleted project answers 400, not 404. */
export const removed = () => refuse(400, "Resource has been removed");

export const projectNotFound = () => refuse(404, "Project not found");

export const organizationNotFound = () => refuse(404, "Organization not found");

/**
 * The Storage API answers most refusals with 400 and tells the real status in the body.
 * Source: error shape of https://supabase.com/docs/guides/storage/debugging/error-codes; the pairing is inferred.
 */
export function storageRefusal(statusCode: string, error: string, message: string): Refusal {
  return new Refusal(400, { statusCode, error, message });
}
