// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/ClusterAddress.h"
#include "data/Result.h"
#include "data/Value.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The clusters that this user has given names: `clusters.json` in $XDG_CONFIG_HOME/millrace or ~/.config/millrace, an object of
/// `{"address": "redis://HOST:PORT", "user": "NAME", "secret": {"file": "PATH"}}` by name. They never stand in pipelines, which others read.
/// Read anew each time; any thread.
class ClusterSettings
{
public:
    explicit ClusterSettings(std::string path = usualPath()) : m_path(std::move(path)) {}

    /// Empty where there is no home.
    static std::string usualPath();
    const std::string &path() const { return m_path; }

    /// In the order of the file; none where it can't be read.
    std::vector<std::string> names() const;
    /// With its login. An error is a sentence.
    Result<ClusterAddress> find(std::string_view name) const;
    /// Adds it, or takes the place of the one of that name. `entry`: as in the file.
    Result<> set(const std::string &name, Value entry) const;
    /// Nothing happens where there is none.
    Result<> remove(const std::string &name) const;

private:
    Result<Members> read() const;
    Result<> write(const Members &clusters) const;

    const std::string m_path;
};

/// What stands behind `--on`: an address (redis://…), or the name of a cluster in the settings, with `/RUN` behind it where a run is meant.
Result<ClusterAddress> clusterCalled(std::string_view text, const ClusterSettings &settings = ClusterSettings());

} // namespace millrace
