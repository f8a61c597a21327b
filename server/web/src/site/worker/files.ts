/** What the build has written into the worker: its own name, and the files of the site that need no network. */
export interface Files {
  /** Changes when any of the files does. */
  readonly build: string;
  /** The paths of pages by language. */
  readonly pages: Readonly<Record<string, readonly string[]>>;
  /** What pages load, whose names change with their contents. */
  readonly assets: readonly string[];
}

/** Replaced by `vite.worker.config.ts`. */
declare const TEKSER_FILES: Files;
export const FILES: Files = TEKSER_FILES;
