// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace millrace {

// What writers of a result leave beside it: while one is under way `.NAME.XXXXXX.partial`, locked; where a run has failed or was stopped
// `NAME.partial`, with a mark that says whose it is. Any thread.

/// A name at random for the file in which a result grows, in its own folder. It may be taken.
std::string newTemporaryOf(const std::string &target);
/// Whether the path is such a name.
bool isTemporaryOf(const std::string &target, const std::string &path);
/// Locks the file for as long as this process lives. False: somebody has taken it for abandoned just now, or holds the lock. File
/// systems without locks have none that could be taken.
bool keepLocked(int file);
/// Whether a process that lives writes a result of that name just now.
bool isBeingWritten(const std::string &target);
/// Removes what runs to the same target have left that were killed.
void removeAbandoned(const std::string &target);

/// Gives a temporary file the name of a kept one: never over a file that may be anybody's, nor over a longer one of an earlier run, which
/// got further: `NAME.partial`, else `NAME.partial2`, `3`, … The second one of earlier runs gives way in any case, or there would be more and
/// more. Returns the name; empty: there it can't be.
std::string moveToPartial(const std::string &from, const std::string &target);
/// Removes what runs that didn't finish have kept of a result that is complete by now.
void removePartials(const std::string &target);
/// Takes the mark away from a kept file that is written into again.
void unmarkPartial(int file);

/// The temporary or kept file of the target that has this number in its file system and belongs to this user. Empty: there is none.
std::string leftOverOf(const std::string &target, uint64_t inode);

/// Of a file that is there; 0 for others.
uint64_t bytesOf(const std::string &path);

} // namespace millrace
