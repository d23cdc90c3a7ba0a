//! Making and mapping the two memory files.

use std::ffi::CStr;
use std::io;
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::sync::atomic::Ordering;

use crate::layout::{Control, State};

/// Mapping failed.
#[derive(Debug)]
pub struct MapError {
    what: &'static str,
    source: io::Error,
}

impl MapError {
    fn last(what: &'static str) -> Self {
        MapError {
            what,
            source: io::Error::last_os_error(),
        }
    }
}

impl std::fmt::Display for MapError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "cannot {} the shared memory of an execution: {}",
            self.what, self.source
        )
    }
}

impl std::error::Error for MapError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// A mapped memory file. All its content is atomics, so a shared reference is all that is needed.
pub struct Shared<T> {
    at: *const T,
    content: PhantomData<T>,
}

/// The control as mapped.
pub type ControlMap = Shared<Control>;

/// The state as mapped.
pub type StateMap = Shared<State>;

// SAFETY: `Control` and `State` consist of atomics only; the mapping stays until drop.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    fn map(file: BorrowedFd<'_>, protection: i32) -> Result<Self, MapError> {
        // SAFETY: a fresh mapping at an address of the kernel's choice; length is the type's.
        let at = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                size_of::<T>(),
                protection,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                0,
            )
        };
        if at == libc::MAP_FAILED {
            return Err(MapError::last("map"));
        }
        Ok(Shared {
            at: at.cast::<T>().cast_const(),
            content: PhantomData,
        })
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: mapped with the type's size until drop; every bit pattern is valid for atomics.
        unsafe { &*self.at }
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        // SAFETY: our own mapping, of this length.
        unsafe { libc::munmap(self.at.cast_mut().cast(), size_of::<T>()) };
    }
}

impl ControlMap {
    /// Maps the control read-only: the program's side.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn open(file: BorrowedFd<'_>) -> Result<Self, MapError> {
        Self::map(file, libc::PROT_READ)
    }
}

impl StateMap {
    /// Maps the state.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn open(file: BorrowedFd<'_>) -> Result<Self, MapError> {
        Self::map(file, libc::PROT_READ | libc::PROT_WRITE)
    }

    /// Makes all used rows zero again, for the next execution. No program may be running on it.
    pub fn reset(&self) {
        let header = &self.header;
        let used = |count: u32, capacity: usize| (count as usize).min(capacity);
        let processes = used(
            header.processes.load(Ordering::Acquire),
            self.processes.len(),
        );
        let tasks = used(header.tasks.load(Ordering::Acquire), self.tasks.len());
        let objects = used(header.objects.load(Ordering::Acquire), self.objects.len());
        let events = used(header.events.load(Ordering::Acquire), self.events.len());
        zero(&self.processes[..processes]);
        zero(&self.tasks[..tasks]);
        zero(&self.objects[..objects]);
        zero(&self.events[..events]);
        zero(std::slice::from_ref(header));
    }
}

fn zero<T>(rows: &[T]) {
    // SAFETY: rows are atomics, for which zero is a valid value; nobody runs on this stage now.
    unsafe { std::ptr::write_bytes(rows.as_ptr().cast_mut(), 0, rows.len()) };
}

/// Makes a control: the file to hand to the program and the supervisor's writable mapping. After
/// this nobody can map it writable again.
///
/// # Errors
/// When the kernel refuses.
pub fn create_control() -> Result<(OwnedFd, ControlMap), MapError> {
    let file = memory_file(c"heddle-control", size_of::<Control>())?;
    let map = Shared::map(borrow(&file), libc::PROT_READ | libc::PROT_WRITE)?;
    seal(
        &file,
        libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_FUTURE_WRITE,
    )?;
    seal(&file, libc::F_SEAL_SEAL)?;
    Ok((file, map))
}

/// Makes a state: the file to hand to the program and the supervisor's mapping.
///
/// # Errors
/// When the kernel refuses.
pub fn create_state() -> Result<(OwnedFd, StateMap), MapError> {
    let file = memory_file(c"heddle-state", size_of::<State>())?;
    seal(
        &file,
        libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_SEAL,
    )?;
    let map = StateMap::open(borrow(&file))?;
    Ok((file, map))
}

fn borrow(file: &OwnedFd) -> BorrowedFd<'_> {
    std::os::fd::AsFd::as_fd(file)
}

fn memory_file(name: &CStr, length: usize) -> Result<OwnedFd, MapError> {
    // SAFETY: a plain system call with a valid string.
    let raw =
        unsafe { libc::memfd_create(name.as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING) };
    if raw < 0 {
        return Err(MapError::last("create"));
    }
    // SAFETY: `raw` is a fresh descriptor that nobody else owns.
    let file = unsafe { OwnedFd::from_raw_fd(raw) };
    // SAFETY: a plain system call on our own descriptor.
    if unsafe { libc::ftruncate(file.as_raw_fd(), length as libc::off_t) } != 0 {
        return Err(MapError::last("size"));
    }
    Ok(file)
}

fn seal(file: &OwnedFd, seals: i32) -> Result<(), MapError> {
    // SAFETY: a plain system call on our own descriptor.
    if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals) } != 0 {
        return Err(MapError::last("seal"));
    }
    Ok(())
}
