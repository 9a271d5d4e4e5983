// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/ClusterAddress.h"

#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace millrace::test {

/// A Redis server of a test's own, on a port of the loopback that was free, with its data in a folder of its own.
class PrivateRedis
{
public:
    /// `options`: further ones of redis-server's command line.
    explicit PrivateRedis(QStringList options = {});
    ~PrivateRedis();

    /// Whether it answers, within some seconds; begins it where it doesn't run.
    bool start();
    /// As a crash of its machine does.
    void kill();
    /// While it doesn't run: it has forgotten everything.
    void clear();
    int port() const { return m_port; }
    ClusterAddress address(const char *run = "test") const;
    QString url(const char *run = "test") const;
    /// The file that holds what was changed last; empty where there is none.
    QString logFile() const;
    qint64 processId() const { return m_process.processId(); }

private:
    const QStringList m_options;
    std::unique_ptr<QTemporaryDir> m_folder = std::make_unique<QTemporaryDir>();
    int m_port = 0;
    QProcess m_process;
};

} // namespace millrace::test
