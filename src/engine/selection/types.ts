/** Describes what a selection is asked for, what it chooses among, and what it says of its choice: plain JSON. */

/** What a session says of its task, or what a call says by itself. */
export interface Asked {
  readonly tags: readonly string[];
  /** The session's project: its prompts come before others that match as well, and none matches by that alone. */
  readonly project?: string;
  readonly servers?: readonly string[];
  /** Names of tools, whole or as words: `create_issue`. */
  readonly actions?: readonly string[];
  /** A sentence or more in free words. */
  readonly words?: string;
}

/** A prompt as it is matched. */
export interface Candidate {
  readonly ref: string;
  readonly name: string;
  /** 1 to 10. */
  readonly priority: number;
  readonly tags: readonly string[];
  /** Set when it belongs to one. */
  readonly project?: string;
  /** Servers that its text names. */
  readonly servers: readonly string[];
  /** Tools that its text names, without their server. */
  readonly actions: readonly string[];
  readonly summary: string;
  /** Titles. */
  readonly chapters: readonly string[];
}

export type MatchField =
  'tag' | 'tag word' | 'server' | 'action' | 'project' | 'name' | 'summary' | 'chapter' | 'words';

/** One reason for a match. */
export interface Reason {
  readonly field: MatchField;
  /** What matched, as it was asked for, on one clean line. */
  readonly term: string;
  /** Before priority counts. */
  readonly points: number;
}

export interface Match {
  readonly ref: string;
  /** Sum of the points times priority. */
  readonly score: number;
  /** Most points first. */
  readonly why: readonly Reason[];
}

/** A tool as it is searched. */
export interface SearchableTool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly parameters?: readonly string[];
}

export interface Found<T> {
  readonly item: T;
  /** Its place in the list that was searched. */
  readonly number: number;
  readonly score: number;
  /** Terms of the query that it has. */
  readonly terms: readonly string[];
}
