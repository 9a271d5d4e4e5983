// SPDX-License-Identifier: MIT
#include "cluster/ClusterAddress.h"
#include "millrace/Arguments.h"
#include "millrace/cluster/LocalCluster.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "pipeline/file/FileShapeCheck.h"

#include <cstdio>

namespace millrace {

int clusterCommand(const Arguments &arguments)
{
    const auto call = parseCall("cluster", arguments);
    if (!call)
        return wrongCall("cluster", call.error().message);
    const std::string what = call->words.empty() ? "" : call->words.front();
    if ((what != "start" && what != "stop") || call->words.size() > 2)
        return wrongCall("cluster",
                         "Say \"start\" or \"stop\", and the cluster's name behind it where it isn't \"local\".");
    LocalCluster cluster(call->words.size() > 1 ? call->words[1] : "local");
    if (!isRunName(cluster.name()))
        return wrongCall("cluster", "A name has letters, digits, \"-\", \"_\" and \".\".");
    int64_t workers = 2;
    if (const auto text = call->value("workers")) {
        const auto given = wholeOption("workers", *text, 0);
        if (!given)
            return wrongCall("cluster", given.error().message);
        workers = *given;
        if (workers > MostStepWorkers)
            return wrongCall("cluster", "--workers " + *text + ": that is too many.");
    }
    const Result<> done = what == "start" ? cluster.start(int(workers)) : cluster.stop();
    if (!done) {
        printError(printable(done.error().message));
        return done.error().kind == ErrorKind::Call ? WrongCall : RunFailed;
    }
    if (what == "start")
        say(stdout, "The cluster \"" + cluster.name() + "\" listens at 127.0.0.1:" + std::to_string(cluster.port())
                        + ", with " + std::to_string(workers) + (workers == 1 ? " worker" : " workers")
                        + ". Run a pipeline there with: millrace run FILE --on " + cluster.name() + '\n');
    return Finished;
}

} // namespace millrace
