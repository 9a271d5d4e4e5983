// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/PrivateRedis.h"

#include <QByteArray>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>
#include <vector>

namespace millrace::test {

/// A folder, a Redis server, and processes of the command-line program that run and work there.
class ClusterBench
{
public:
    /// `program`: millrace.
    explicit ClusterBench(QString program) : m_program(std::move(program)) {}
    ~ClusterBench();

    /// A new folder and no processes; the server stays. False: there is no redis-server here.
    bool empty();
    PrivateRedis &server() { return m_server; }
    QString path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    void write(const char *name, const QByteArray &content) const;
    QByteArray content(const char *name) const;
    QJsonObject json(const char *name) const;
    /// The figures of the report `r.json` about its cluster.
    int figure(const char *name) const;

    using Process = std::unique_ptr<QProcess>;
    Process start(const QStringList &arguments, const QString &program = {}) const;
    /// A worker for the run `test`, which ends with this bench.
    QProcess &startWorker(const QStringList &options = {}, const QString &program = {});
    QProcess &worker(size_t number) { return *m_workers[number]; }
    /// As a crash does; another one comes in its place.
    void killWorker(size_t number);
    /// The run `test` of the file; its report is `r.json`.
    Process startRun(const char *file, const QStringList &options = {}) const;
    /// Waits for its end; -1: it crashed or hung.
    static int statusOf(QProcess &process);
    /// What it has said.
    static QByteArray said(QProcess &process) { return process.readAllStandardError(); }

private:
    const QString m_program;
    PrivateRedis m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<Process> m_workers;
    std::vector<QStringList> m_workerOptions;
};

} // namespace millrace::test
