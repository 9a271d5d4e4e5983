// SPDX-License-Identifier: MIT
#pragma once

#include "sharing/SharedRun.h"

#include <QObject>
#include <QString>

#include <memory>

namespace millrace {

/// Looks on at a run that goes on elsewhere, on a thread of its own; what is seen comes on this object's. Goes away at any time without
/// waiting.
class AttachedRun : public QObject
{
    Q_OBJECT

public:
    /// `cluster`: as behind `--on`. told(), failed() or ended() follow.
    explicit AttachedRun(const QString &cluster, QObject *parent = nullptr);
    ~AttachedRun() override;

    /// The newest that was told; once told() was emitted.
    const SharedRun &run() const { return *m_run; }
    /// Where its queues are: "host:6379".
    const QString &server() const { return m_server; }

Q_SIGNALS:
    void told();
    /// The run is there no more.
    void ended();
    /// A sentence; nothing more comes.
    void failed(const QString &sentence);

private:
    struct Relay;
    void take(std::shared_ptr<const SharedRun> run, const QString &server);

    std::shared_ptr<Relay> m_relay; ///< shared with the thread, which outlives this object
    std::shared_ptr<const SharedRun> m_run;
    QString m_server;
};

} // namespace millrace
