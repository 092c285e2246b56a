/** Explains why an instance does not run, and what a container engine may be. */
import { EDIT, LOGS, RETRY, type Explanation } from './explanation.ts';

/** Why an instance does not run. */
export const starting: Readonly<Record<string, Explanation>> = {
  SECRET_UNRESOLVED: {
    about: 'A secret that the definition names has no value, so nothing was started.',
    causes: [
      'the secret was never created',
      'its backend is sealed, denied or away',
      'env/NAME is not set where the engine was started',
    ],
    steps: [
      'mcptui get secrets',
      'mcptui describe secret NAME',
      'mcptui create secret NAME',
      'it starts by itself once the secret resolves',
    ],
  },
  RUNTIME_UNKNOWN: {
    about: 'The definition names a runtime that this engine does not have.',
    causes: ['the definition comes from a newer mcptui'],
    steps: [EDIT],
  },
  RUNTIME_MISMATCH: {
    about: 'What is to be run does not run there: an image needs docker, a URL remote.',
    causes: ['runtime and source were chosen apart'],
    steps: [`${EDIT}, and set runtime`],
  },
  COMMAND_NOT_FOUND: {
    about: 'There is no such program where the engine looks for it.',
    causes: [
      'it is not installed',
      'it is on the PATH of your shell, but not on that of the engine',
      'program and arguments were written as one word',
    ],
    steps: ['mcptui doctor', `give its whole path: ${EDIT}`],
  },
  COMMAND_NOT_EXECUTABLE: {
    about: 'The file is there, but may not be executed.',
    causes: ['its mode lacks x', 'it is a script that its interpreter should be given'],
    steps: ['chmod +x FILE', EDIT],
  },
  SPAWN_FAILED: {
    about: 'The system refused to start the program.',
    causes: ['no memory or too many processes', 'arguments that are too long'],
    steps: ['read the errno in the message', RETRY],
  },
  CWD_NOT_FOUND: {
    about: 'The working folder of the definition is not there.',
    causes: ['it was moved or removed', 'a disk is not mounted'],
    steps: ['mkdir -p FOLDER', EDIT],
  },
  CWD_UNUSABLE: {
    about: 'The working folder cannot be used.',
    causes: ['it is a file', 'its mode does not let the engine in', 'the disk is full or read-only'],
    steps: ['ls -ld FOLDER', EDIT],
  },
  IMAGE_UNAVAILABLE: {
    about: 'The image is not here and could not be pulled.',
    causes: [
      'its name or tag is wrong',
      'the registry wants a login',
      'there is no way to the registry',
      'the server says --pull never',
    ],
    steps: ['docker pull IMAGE', 'docker login REGISTRY', RETRY],
  },
  IMAGE_CHANGED: {
    about: 'The name of the image means another one now, and the one that this server ran first is gone.',
    causes: ['the tag was moved, and the old image was pruned'],
    steps: ['mcptui describe instance NAME', 'to run the new one: mcptui restart NAME --new-image'],
  },
  SECRETS_NOT_DELIVERED: {
    about: 'The image has no shell that could take its secrets unseen.',
    causes: ['a distroless image'],
    steps: [
      "mcptui set env NAME TOKEN='secret:file/token as file'",
      `${EDIT}, secretDelivery: env (docker inspect then shows them)`,
    ],
  },
  MOUNT_REFUSED: {
    about: 'A folder of this machine that was to be mounted is not given to a container.',
    causes: [
      'it is not there',
      'it is outside your home folder, or hidden in it',
      'it holds the engine, its keys or the system',
      'the container engine is another machine',
    ],
    steps: ['start the engine with MCPTUI_MOUNTS=FOLDER', EDIT],
  },
  CONTAINER_START_FAILED: {
    about: 'The container engine made the container and could not start it.',
    causes: ['its command is not in the image', 'a limit is too small', 'its port is taken'],
    steps: [LOGS, EDIT],
  },
  STDIO_EXIT_BEFORE_INIT: {
    about: 'The program ended before it answered initialize.',
    causes: [
      'an argument or a variable is missing',
      'it is no MCP server on stdio',
      'its package could not be downloaded',
    ],
    steps: [LOGS, EDIT],
  },
  EXITED_BEFORE_READY: {
    about: 'The program of a model ended before it was ready.',
    causes: ['the file of the model is not there', 'no memory', 'its port is taken'],
    steps: [LOGS, 'mcptui edit model NAME'],
  },
  EXITED: {
    about: 'The program ran and ended by itself.',
    causes: ['it crashed', 'it was killed, as for memory (OOMKilled)', 'somebody stopped the container'],
    steps: [LOGS, 'mcptui set limits NAME --memory MIB'],
  },
  LIVENESS_LOST: {
    about: 'It runs and does not answer any more, so it is replaced.',
    causes: ['it hangs', 'it is stopped (SIGSTOP) or swapped out'],
    steps: [LOGS, 'mcptui set probe NAME --timeout 30s'],
  },
  INITIALIZE_TIMEOUT: {
    about: 'initialize was not answered in time.',
    causes: [
      'its first download takes longer',
      'it writes something else to stdout',
      'a certificate is not trusted',
      'it is no MCP server on stdio',
    ],
    steps: [LOGS, 'mcptui set limits NAME --start-timeout 5m'],
  },
  NOT_READY: {
    about: 'The program of a model does not answer GET /v1/models in time.',
    causes: ['it still loads', 'it listens on another port'],
    steps: [LOGS, 'in `mcptui edit model NAME`: startTimeoutMs'],
  },
  ENDED_THE_ENGINE: {
    about: 'Two engines in a row ended while this server was being started, so it waits for you.',
    causes: ['it takes all the memory', 'an error in mcptui'],
    steps: [LOGS, RETRY],
  },
  ENGINE_BUG: {
    about: 'An error in mcptui itself.',
    causes: ['please report it'],
    steps: ['mcptui get audit --kind bug'],
  },
  ABORTED: {
    about: 'It was stopped before it had started.',
    causes: ['somebody stopped it'],
    steps: ['mcptui start NAME'],
  },
};

/** Of the container engine. */
export const docker: Readonly<Record<string, Explanation>> = {
  DOCKER_ABSENT: {
    about: 'There is no container engine here.',
    causes: ['Docker is not installed or not started', 'its socket is elsewhere'],
    steps: [
      'systemctl start docker',
      'set DOCKER_HOST or DOCKER_CONTEXT for the engine',
      'it goes on by itself once Docker is there',
    ],
  },
  DOCKER_REFUSED: {
    about: 'The container engine refuses connections, or its address cannot be used.',
    causes: ['the service has stopped', 'DOCKER_HOST is ssh:// or plain tcp://'],
    steps: ['systemctl restart docker', 'ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST'],
  },
  DOCKER_NOT_PERMITTED: {
    about: 'This user may not use the container engine.',
    causes: ['the user is not in the group docker'],
    steps: ['sudo usermod -aG docker $USER, then log in again', 'or use rootless Docker'],
  },
  DOCKER_HUNG: {
    about: 'The container engine accepts connections and does not answer.',
    causes: ['it is overloaded or stopped'],
    steps: ['docker info', 'systemctl restart docker'],
  },
  DOCKER_OTHER_SERVICE: {
    about: 'What answers at DOCKER_HOST is no container engine.',
    causes: ['the variable names another service'],
    steps: ['start the engine with DOCKER_HOST set to Docker itself'],
  },
  DOCKER_WENT_AWAY: {
    about: 'The container engine went away while the instance ran.',
    causes: ['it was restarted or stopped'],
    steps: ['it starts again by itself once Docker is back'],
  },
};
