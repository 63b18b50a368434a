/** Another process has the folder; the message is one line that says what to do. */
export class DirectoryInUse extends Error {
  override readonly name = "DirectoryInUse";

  constructor(folder: string) {
    super(`${folder} is in use by another process: stop that one, or choose another folder.`);
  }
}

/** The store of a folder is damaged, and was not changed; the message says what to do. */
export class DamagedStore extends Error {
  override readonly name = "DamagedStore";

  constructor(folder: string, why: string) {
    super(
      `The store in ${folder} is damaged: ${why}. Nothing was changed; move the folder away, or restore a backup of it.`,
    );
  }
}

/** A folder that a later version wrote. */
export class NewerFolder extends Error {
  override readonly name = "NewerFolder";

  constructor(folder: string, format: number, known: number) {
    super(
      `${folder} was written by a newer version (its format is ${format}, this version reads ${known}). Nothing was changed; use that version, or move the folder away.`,
    );
  }
}

/** A folder of an earlier version, whose files cannot be read any more. */
export class OlderFolder extends Error {
  override readonly name = "OlderFolder";

  constructor(folder: string, found: string) {
    super(
      `${folder} was made by an older version (it has ${found}), which this one does not read. Nothing was changed; use that version, or move the folder away.`,
    );
  }
}

/** A folder that cannot be used: not a folder, not writable, or not empty. */
export class UnusableFolder extends Error {
  override readonly name = "UnusableFolder";
}
