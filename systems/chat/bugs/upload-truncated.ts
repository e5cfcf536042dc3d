import { WHOLE, type Bug } from "./planted-bug.ts";

/** Everybody's first photo is called IMG_0001.jpg. */
export const uploadTruncated: Bug = {
  name: "upload-truncated-when-two-share-a-name",
  invariant: WHOLE,
  says: "An upload is written under the name that its sender gave it, so the second of that name cuts off the first.",
  suite: "uploads.load.ts",
  plant: ({ shelf }) => ({
    shelf: {
      receive: (content, name) => shelf.receiveAt(name.replaceAll(/[^\w.-]/g, "_"), content),
      read: (place, range) => shelf.read(place, range),
      beginning: (place, bytes) => shelf.beginning(place, bytes),
      checksum: (place) => shelf.checksum(place),
      remove: (received) => shelf.remove(received),
    },
  }),
};
