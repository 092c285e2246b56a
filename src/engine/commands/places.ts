/** Handles the commands on projects and agents. */
import { Places, type PlaceParts } from '../content/places.ts';
import { announcing, type Announcer } from './content.ts';
import type { CommandsOf } from './table/entry.ts';
import type { agentEntries, projectEntries } from './table/places.ts';

export function placeCommands(parts: PlaceParts & Announcer): CommandsOf<typeof projectEntries & typeof agentEntries> {
  const places = new Places(parts);
  const changing = announcing(parts);
  return {
    createProject: (name, change) => changing(places.createProject(name, change)),
    updateProject: (name, change) => changing(places.updateProject(name, change)),
    deleteProject: (name) => changing(places.deleteProject(name)),
    projectDetail: (name) => places.projectDetail(name),
    createAgent: (name, change) => changing(places.createAgent(name, change)),
    updateAgent: (name, change) => changing(places.updateAgent(name, change)),
    deleteAgent: (name) => changing(places.deleteAgent(name)),
  };
}
