// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <QObject>
#include <QStringList>

#include <string>

namespace millrace {

class Document;

/// Keeps the steps in the registry that manifests declare for the pipeline of a window: those of its folder, the user's and the
/// system's. Looks before a file is taken in, after it was saved elsewhere, and when it is asked to.
class OwnSteps : public QObject
{
    Q_OBJECT

public:
    OwnSteps(StepRegistry &registry, Document &document, QObject *parent = nullptr);

    /// Takes what was added, changed or removed meanwhile.
    void look();
    /// Says what is wrong with manifests, where that wasn't said yet.
    void tell();

Q_SIGNALS:
    /// The registry has other types.
    void changed();
    void warned(const QString &sentence);

private:
    bool take(const QString &folder);

    StepRegistry &m_registry;
    Document &m_document;
    std::string m_state; ///< of the manifests that were taken
    QStringList m_problems;
};

} // namespace millrace
