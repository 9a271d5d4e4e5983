// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>
#include <vector>

namespace millrace {

/// A Redis server of this user's own on the loopback, with workers beside it, for trying out what runs on a cluster. Its folder is
/// `clusters/NAME` in the state folder; under that name it stands in the settings of clusters as long as it is there.
class LocalCluster
{
public:
    explicit LocalCluster(std::string name);

    /// Starts the server and so many workers. An error is a sentence; nothing is left then.
    Result<> start(int workers);
    /// Ends the workers, then the server, and takes the folder away.
    Result<> stop();
    const std::string &name() const { return m_name; }
    int port() const { return m_port; }

private:
    std::string path(const char *file) const { return m_folder + '/' + file; }
    Result<> makeFolder(const std::string &secret);
    Result<> startServer();
    Result<> startWorker(int number);

    const std::string m_name;
    const std::string m_folder; ///< empty: there is no home
    int m_port = 0;
    std::vector<int> m_workers; ///< processes
};

} // namespace millrace
