"""Users come and go through every door, beside 100,000 others, while 500 tunnels run."""
import resource

import management_load
from harness import RIG, Case

ONCE = True  # it has nothing to do with the data plane

RATE = 20_000_000       # octets a second, all tunnels together: the tests share the processors
USERS_OF_A_DOOR = 334   # 1,002 in all; with --slow as many through each: every new password is hashed


class Load(Case):

    def test_users_come_and_go_while_tunnels_run(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < 3 * management_load.TUNNELS:
            self.skipTest(f"needs {3 * management_load.TUNNELS} descriptors; the limit is {hard}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        server = self.own_server(management_load.CONFIGURATION)
        run = management_load.Run(self, server, 3 * USERS_OF_A_DOOR if RIG.slow else USERS_OF_A_DOOR, RATE, in_turn=False)
        self.addCleanup(run.doors.close)
        run.all_of_it()
