// SPDX-License-Identifier: MIT
#include "window/commands/OwnSteps.h"

#include "document/Document.h"
#include "steps/manifest/StepFolders.h"
#include "theme/Text.h"

#include <utility>

namespace millrace {

OwnSteps::OwnSteps(StepRegistry &registry, Document &document, QObject *parent)
    : QObject(parent), m_registry(registry), m_document(document)
{
    take({});
    connect(&document, &Document::beginning, this, &OwnSteps::take);
    connect(&document, &Document::saved, this, &OwnSteps::look);
}

bool OwnSteps::take(const QString &folder)
{
    std::string state = manifestsState(toUtf8(folder));
    if (state == m_state)
        return false;
    m_state = std::move(state);
    m_problems.clear();
    for (const std::string &problem : declareSteps(m_registry, toUtf8(folder)))
        m_problems << toQString(problem);
    Q_EMIT changed();
    return true;
}

void OwnSteps::look()
{
    if (!take(m_document.path().isEmpty() ? QString() : m_document.folder()))
        return;
    m_document.lookAgain();
    tell();
}

void OwnSteps::tell()
{
    if (m_problems.isEmpty())
        return;
    const QString more = m_problems.size() > 1 ? tr(" (and %1 more)").arg(m_problems.size() - 1) : QString();
    Q_EMIT warned(m_problems.front() + more);
    m_problems.clear();
}

} // namespace millrace
