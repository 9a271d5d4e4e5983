// SPDX-License-Identifier: MIT
#pragma once

#include "kept/KeptData.h"
#include "model/Drawing.h"

#include <QFutureWatcher>
#include <QObject>
#include <QString>

#include <vector>

namespace millrace {

/// Knows what was kept of a pipeline's links, for who looks at one. Looks at the disk on another thread.
class KeptLook : public QObject
{
    Q_OBJECT

public:
    explicit KeptLook(QObject *parent);
    ~KeptLook() override;

    /// Looks anew. `file`: of the pipeline; empty: it has none yet.
    void look(const QString &file);
    /// Of a link that is kept, in sentences: how much there is and since when, or when there will be something.
    QString textOf(const LinkView &link) const;

private:
    QFutureWatcher<std::vector<KeptData>> m_looking;
    QString m_file;
    std::vector<KeptData> m_kept;
};

} // namespace millrace
