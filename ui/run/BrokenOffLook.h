// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <QFutureWatcher>
#include <QObject>
#include <QString>

#include <cstdint>

namespace millrace {

/// Looks whether the last run of a pipeline was broken off (stopped, failed, killed, or its machine went down) and can be gone on with. Looks
/// at the disk on another thread.
class BrokenOffLook : public QObject
{
    Q_OBJECT

public:
    BrokenOffLook(const StepRegistry &registry, QObject *parent);
    ~BrokenOffLook() override;

    /// Looks, and says so by looked(). `folder`: what relative paths are relative to.
    void look(const Pipeline &pipeline, const QString &folder);
    /// What was found is no news any more, nor is what is being looked for.
    void forget();

    /// That such a run had read; 0: there is none.
    uint64_t items() const { return m_items; }

Q_SIGNALS:
    void looked();

private:
    const StepRegistry &m_registry;
    QFutureWatcher<uint64_t> m_looking;
    uint64_t m_items = 0;
};

} // namespace millrace
